import type { ButtonHTMLAttributes } from 'react'

import styles from './Button.module.css'

type Props = ButtonHTMLAttributes<HTMLButtonElement> & { look?: 'plain' | 'primary' | 'quiet' }

export function Button({ look = 'plain', className, type = 'button', ...rest }: Props) {
  return <button type={type} className={[styles.button, styles[look], className].filter(Boolean).join(' ')} {...rest} />
}
